<?php
// composer/semver: both versions normalised, then compared. Lines A<TAB>B in, a sign out, "!" where it refuses one or where two
// branches have no order.
require '/usr/share/php/Composer/Semver/autoload.php';
$parser = new Composer\Semver\VersionParser();
$out = '';
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode("\t", rtrim($line, "\n"));
    try {
        $a = $parser->normalize($a);
        $b = $parser->normalize($b);
    } catch (Exception $e) {
        $out .= "!\n";
        continue;
    }
    $sign = '!';
    foreach (['<', '=', '>'] as $candidate) {
        if (Composer\Semver\Comparator::compare($a, $candidate, $b)) {
            $sign = $candidate;
            break;
        }
    }
    $out .= "$sign\n";
}
echo $out;
