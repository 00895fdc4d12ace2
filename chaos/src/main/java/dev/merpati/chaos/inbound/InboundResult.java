package dev.merpati.chaos.inbound;

import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.chaos.ledger.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What tenants got of what phones wrote during one fault, by webhook and by polling.
 *
 * @param written how many things phones wrote
 * @param delivered of those came to the endpoint as they should
 * @param polled of those were read as they should
 * @param lost on one of both ways
 * @param duplicated the same
 * @param wrong the same: misdelivered or overtaken
 * @param repeats how often an event came again to an endpoint under its id
 * @param medians of each tenant: how long half of what came to its endpoint took at most, from the phone on
 * @param longest what took longest
 * @param findings what must not be: the evidence for all of that, and what is not of one thing that was written
 */
public record InboundResult(
        int written,
        int delivered,
        int polled,
        int lost,
        int duplicated,
        int wrong,
        int repeats,
        List<Duration> medians,
        Duration longest,
        List<String> findings) {
    private static final String CONNECTED = "connected";

    public InboundResult {
        medians = List.copyOf(medians);
        findings = List.copyOf(findings);
    }

    /**
     * Judges.
     *
     * @param sent through the API meanwhile, by all tenants
     * @param numbers of the chats that this load alone wrote in
     */
    public static InboundResult of(
            Collection<Written> written,
            Map<Message, Verdict> sent,
            Collection<String> numbers,
            List<? extends TenantInbox> inboxes) {
        Sum sum = new Sum();
        inboxes.forEach(inbox -> sum.add(inbox, written, sent, numbers));
        return sum.result();
    }

    public boolean isGood() {
        return written > 0 && findings.isEmpty();
    }

    private static final class Sum {
        private int written;
        private int delivered;
        private int polled;
        private int lost;
        private int duplicated;
        private int wrong;
        private int repeats;
        private Duration longest = Duration.ZERO;
        private final List<Duration> medians = new ArrayList<>();
        private final List<String> findings = new ArrayList<>();

        void add(TenantInbox inbox, Collection<Written> all, Map<Message, Verdict> sent, Collection<String> numbers) {
            List<Written> own = all.stream()
                    .filter(one -> inbox.sessions().contains(one.session()))
                    .toList();
            Map<Message, Verdict> ownSent = sent.entrySet().stream()
                    .filter(entry ->
                            inbox.sessions().contains(entry.getKey().draft().session()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            written += own.size();
            InboundJudge atEndpoint = new InboundJudge(own, inbox.delivered());
            delivered += judge("at the endpoint", atEndpoint, inbox.delivered(), ownSent, numbers);
            polled += judge("by polling", new InboundJudge(own, inbox.polled()), inbox.polled(), ownSent, numbers);
            repeats += own.stream().mapToInt(atEndpoint::repeats).sum();
            addDelays(own.stream()
                    .flatMap(one -> atEndpoint.delay(one).stream())
                    .sorted()
                    .toList());
            for (String session : inbox.sessions()) {
                String last = inbox.polled().lastStatus(session).orElse("nothing");
                if (!last.equals(CONNECTED)) {
                    findings.add("by polling: a session is connected, and the last event of its status said " + last);
                }
            }
        }

        private void addDelays(List<Duration> sorted) {
            if (!sorted.isEmpty()) {
                medians.add(sorted.get(sorted.size() / 2));
                longest = longest.compareTo(sorted.getLast()) < 0 ? sorted.getLast() : longest;
            }
        }

        /** Returns how many things came as they should. */
        private int judge(
                String way, InboundJudge judge, EventLog log, Map<Message, Verdict> sent, Collection<String> numbers) {
            int good = 0;
            for (Map.Entry<Written, InboundVerdict> judged : judge.all().entrySet()) {
                switch (judged.getValue()) {
                    case DELIVERED -> good++;
                    case LOST -> lost++;
                    case DUPLICATED -> duplicated++;
                    case MISDELIVERED, OVERTAKEN -> wrong++;
                }
                if (judged.getValue() != InboundVerdict.DELIVERED) {
                    findings.add(way + ": " + judged.getValue() + " " + judged.getKey());
                }
            }
            judge.neverWritten(numbers).forEach(subject -> findings.add(way + ": nobody wrote " + subject));
            new StatusJudge(log).findings(sent).forEach(finding -> findings.add(way + ": " + finding));
            return good;
        }

        InboundResult result() {
            return new InboundResult(
                    written, delivered, polled, lost, duplicated, wrong, repeats, medians, longest, findings);
        }
    }
}
