-- rpm's own rpm.vercmp: pairs from the file named by the macro "pairs", a sign each to the file named by "signs".
local out = io.open(rpm.expand("%{signs}"), "w")
for line in io.lines(rpm.expand("%{pairs}")) do
  local tab = line:find("\t", 1, true)
  local good, order = pcall(rpm.vercmp, line:sub(1, tab - 1), line:sub(tab + 1))
  out:write(good and (order < 0 and "<" or order > 0 and ">" or "=") or "!", "\n")
end
out:close()
