<?php
// Judges the requests of standard input, a JSON object a line; prints true or false for each.
declare(strict_types=1);

const TOLERANCE = 300;

function fresh(string $stamp, int $now): bool
{
    return preg_match('/^[0-9]{1,12}$/D', $stamp) === 1 && abs($now - (int) $stamp) <= TOLERANCE;
}

function phantom(string $secret, array $headers, string $body, int $now): bool
{
    $fields = [];
    foreach (explode(',', $headers['phantom-signature'] ?? '') as $part) {
        [$name, $value] = array_pad(explode('=', $part, 2), 2, '');
        $fields[$name] = $value;
    }
    $stamp = $fields['t'] ?? '';
    $wanted = hash_hmac('sha256', "$stamp.$body", $secret);
    return fresh($stamp, $now) && hash_equals($wanted, $fields['v1'] ?? '');
}

function vektor(string $secret, array $headers, string $body, int $now): bool
{
    $wanted = 'sha256=' . hash_hmac('sha256', $body, $secret);
    return hash_equals($wanted, $headers['x-signature'] ?? '');
}

function standard(string $secret, array $headers, string $body, int $now): bool
{
    $key = base64_decode(substr($secret, strlen('whsec_')), true);
    $stamp = $headers['webhook-timestamp'] ?? '';
    $id = $headers['webhook-id'] ?? '';
    $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$stamp.$body", $key, true));
    $believed = false;
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $given) {
        $believed = hash_equals($wanted, $given) || $believed;
    }
    return fresh($stamp, $now) && $believed;
}

foreach (file('php://stdin') as $line) {
    $one = json_decode($line, true);
    $believed = $one['dialect']($one['secret'], $one['headers'], base64_decode($one['body']), $one['now']);
    echo $believed ? "true\n" : "false\n";
}
