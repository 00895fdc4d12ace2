package dev.merpati.dispatcher.webhook;

import java.util.List;
import java.util.Map;

/**
 * What is written down at once: the argument of {@code save-webhook.lua}.
 *
 * @param full whether it holds all sessions that lag, and not only those that changed
 * @param deadBefore id of an event; older ones that were given up are no longer listed
 * @param expired how many events were removed before they were looked at
 * @param logSince id of an entry; older attempts are no longer listed
 * @param unset fields of the status that go
 * @param replay the id of the replay under way and its record
 */
record Changes(
        boolean full,
        Map<String, String> state,
        Map<String, String> behind,
        List<String> caughtUp,
        Map<String, String> replayBehind,
        List<String> replayCaughtUp,
        List<String> dead,
        List<String> alive,
        String deadBefore,
        long expired,
        List<String> log,
        int logEntries,
        String logMillis,
        String logSince,
        Map<String, String> status,
        List<String> unset,
        Map<String, String> replay,
        List<String> replayDone) {}
