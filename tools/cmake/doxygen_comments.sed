# Plain comments as doxygen reads them: above a declaration, and behind one.
# Angle brackets in prose are no HTML, `#` and `@` no commands.
/^ *\/\//{
  s/</\&lt;/g
  s/^( *)\/\//\1\/\/\//
}
s/^([^/]*[;,{]) +\/\/ (.*)$/\1 \/\/\/< \2/
