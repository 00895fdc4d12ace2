package dev.merpati.simulator.phone;

import dev.merpati.simulator.rule.Rule;
import java.util.Map;

/**
 * What kind of account a phone has.
 *
 * @param migrated whether its chats are addressed by hidden ids
 * @param restricted whether only trusted contacts may write to it
 * @param passkey whether it links devices only with its passkey
 * @param hosted whether its business account is hosted by a provider beside the phone
 * @param offline whether it is away: what it is sent waits
 * @param rules the rules that are enforced for its clients, or are not, whatever holds for others
 */
public record PhoneTraits(
        boolean migrated,
        boolean restricted,
        boolean passkey,
        boolean hosted,
        boolean offline,
        Map<Rule, Boolean> rules) {
    /** An ordinary account of today. */
    public static final PhoneTraits DEFAULT = new PhoneTraits(true, false, false, false, false, Map.of());

    public PhoneTraits {
        rules = Map.copyOf(rules);
    }

    public PhoneTraits withMigrated(boolean value) {
        return new PhoneTraits(value, restricted, passkey, hosted, offline, rules);
    }

    public PhoneTraits withRestricted(boolean value) {
        return new PhoneTraits(migrated, value, passkey, hosted, offline, rules);
    }

    public PhoneTraits withPasskey(boolean value) {
        return new PhoneTraits(migrated, restricted, value, hosted, offline, rules);
    }

    public PhoneTraits withHosted(boolean value) {
        return new PhoneTraits(migrated, restricted, passkey, value, offline, rules);
    }

    public PhoneTraits withOffline(boolean value) {
        return new PhoneTraits(migrated, restricted, passkey, hosted, value, rules);
    }

    public PhoneTraits withRules(Map<Rule, Boolean> value) {
        return new PhoneTraits(migrated, restricted, passkey, hosted, offline, value);
    }
}
