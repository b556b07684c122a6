# RubyGems' Gem::Version: lines A<TAB>B in, a sign out, "!" where it refuses one.
STDIN.set_encoding("UTF-8")
out = STDIN.each_line.map do |line|
  a, b = line.chomp("\n").split("\t", -1)
  begin
    { -1 => "<", 0 => "=", 1 => ">" }[Gem::Version.new(a) <=> Gem::Version.new(b)]
  rescue ArgumentError, Encoding::CompatibilityError
    "!"
  end
end
puts out
