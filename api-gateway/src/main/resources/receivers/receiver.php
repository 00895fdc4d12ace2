<?php
// Receives webhooks. PHP 8, no packages; behind your web server, or to try it:
//   WEBHOOK_SECRET=whsec_... php -S 0.0.0.0:3000 receiver.php
const TOLERANCE = 5 * 60; // seconds
const LARGEST = 64 * 1024; // bytes; deliveries have at most 20 KB

function verify(string $key, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (!preg_match('/^[\w.-]{1,100}$/D', $id) || !preg_match('/^\d{1,12}$/D', $timestamp)) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE) { // an old delivery, sent again
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    // While a secret is being replaced there are several signatures: one that fits is enough.
    foreach (explode(' ', $signatures) as $each) {
        if (hash_equals($expected, $each)) {
            return true;
        }
    }
    return false;
}

// Keeps an event, once: a file appears as a whole, and never twice. Let your own code take the events from
// there, and leave the files for some days, since a repeated delivery is known by them.
function keep(string $id, string $body): bool
{
    $inbox = getcwd() . '/inbox';
    is_dir($inbox) || @mkdir($inbox, 0700) || is_dir($inbox);
    $temporary = tempnam($inbox, '.');
    $file = fopen($temporary, 'w');
    $written = fwrite($file, $body) === strlen($body) && fsync($file) && fclose($file);
    $kept = $written && (@link($temporary, "$inbox/$id.json") || is_file("$inbox/$id.json")); // or a repeat
    unlink($temporary);
    return $kept;
}

function answer(int $status): never
{
    http_response_code($status);
    exit;
}

$key = base64_decode(str_replace('whsec_', '', getenv('WEBHOOK_SECRET') ?: ''), true);
if (!$key) {
    error_log("set WEBHOOK_SECRET to the webhook's secret, whsec_...");
    answer(500);
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    answer(405);
}
// The bytes as they came: JSON that was parsed and written anew has no signature.
$body = file_get_contents('php://input', false, null, 0, LARGEST + 1);
if (strlen($body) > LARGEST) {
    answer(413);
}
$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
$timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
if (!verify($key, $id, $timestamp, $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '', $body)) {
    answer(401);
}
// At once: whatever takes long comes later. After 500 it is delivered again.
answer(keep($id, $body) ? 204 : 500);
