-- Cabal's Version: lines A<TAB>B in, a sign out, "!" where it refuses one.
import Distribution.Parsec (simpleParsec)
import Distribution.Types.Version (Version)

answer :: String -> String
answer line = case (simpleParsec a, simpleParsec (drop 1 b)) of
  (Just x, Just y) -> case compare (x :: Version) y of
    LT -> "<"
    EQ -> "="
    GT -> ">"
  _ -> "!"
  where (a, b) = break (== '\t') line

main :: IO ()
main = interact (unlines . map answer . lines)
