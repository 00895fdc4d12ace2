package dev.merpati.simulator.rule;

import java.util.Optional;

/** Whoever has a say of its own in which rules are enforced for its clients: a phone. */
public interface RuleOverrides {
    /** Whether a rule is enforced here; empty if that is as everywhere. */
    Optional<Boolean> enforced(Rule rule);
}
