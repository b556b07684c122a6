Gem::Specification.new do |s|
  s.name = compute
  s.version = VERSION
end
