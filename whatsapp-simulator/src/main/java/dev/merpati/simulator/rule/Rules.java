package dev.merpati.simulator.rule;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Which rules are enforced: the phone of a client decides, and else what holds for all. Thread-safe. */
public final class Rules {
    private final Set<Rule> withoutAtStart;
    private final AtomicReference<Set<Rule>> without;
    private final Refusals refusals;

    /** @param without the rules that are not enforced at the start and after a reset */
    public Rules(Set<Rule> without, Refusals refusals) {
        this.withoutAtStart = Set.copyOf(without);
        this.without = new AtomicReference<>(withoutAtStart);
        this.refusals = refusals;
    }

    /** The clients that broke a rule. */
    public Refusals refusals() {
        return refusals;
    }

    /** Whether a rule is enforced for clients whose phone is not known, or says nothing about it. */
    public boolean enforced(Rule rule) {
        return !without.get().contains(rule);
    }

    /** Whether a rule is enforced for the clients of a phone. */
    public boolean enforced(Rule rule, RuleOverrides phone) {
        return phone.enforced(rule).orElseGet(() -> enforced(rule));
    }

    /** Switches a rule on or off for all phones that say nothing about it. */
    public void enforce(Rule rule, boolean enforced) {
        without.updateAndGet(old -> {
            Set<Rule> changed = EnumSet.noneOf(Rule.class);
            changed.addAll(old);
            if (enforced) {
                changed.remove(rule);
            } else {
                changed.add(rule);
            }
            return Set.copyOf(changed);
        });
    }

    /** Back to the rules of the start, with no refusals. */
    public void reset() {
        without.set(withoutAtStart);
        refusals.clear();
    }
}
