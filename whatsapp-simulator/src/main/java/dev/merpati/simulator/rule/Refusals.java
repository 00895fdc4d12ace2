package dev.merpati.simulator.rule;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients that broke a rule: all are counted, the last 1,000 listed. Thread-safe. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final int LISTED = 1000;
    private static final int MAX_SENT = 500;

    private final Clock clock;
    private final Map<Rule, Long> counts = new EnumMap<>(Rule.class);
    private final Deque<Refusal> last = new ArrayDeque<>();

    public Refusals(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts a refusal.
     *
     * @param client null before it is linked
     * @param sent the stanza that breaks the rule
     */
    public void refuse(Rule rule, @Nullable Jid client, Node sent) {
        refuse(rule, client, sent.toString());
    }

    /**
     * Counts a refusal.
     *
     * @param client null before it is linked
     * @param sent what breaks the rule, without contents and keys
     */
    public void refuse(Rule rule, @Nullable Jid client, String sent) {
        String shortened = sent.length() <= MAX_SENT ? sent : sent.substring(0, MAX_SENT) + "…";
        Refusal refusal = new Refusal(
                clock.instant(),
                rule,
                client == null ? null : client.user(),
                client == null ? 0 : client.device(),
                shortened);
        synchronized (this) {
            counts.merge(rule, 1L, Long::sum);
            if (last.size() == LISTED) {
                last.poll();
            }
            last.add(refusal);
        }
        LOG.warn(
                "{} broke {} ({}): {}",
                client == null ? "A new client" : client,
                rule.wireName(),
                rule.meaning(),
                shortened);
    }

    /** How often each rule was broken since the start; rules that nobody broke are not in it. */
    public synchronized Map<Rule, Long> counts() {
        return new EnumMap<>(counts);
    }

    /** The last refusals, oldest first. */
    public synchronized List<Refusal> last() {
        return List.copyOf(last);
    }

    public synchronized void clear() {
        counts.clear();
        last.clear();
    }
}
