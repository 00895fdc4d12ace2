package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.NewChatRecord;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Watches how accounts begin chats with those who do not know them. One that is refused too often is locked out of new
 * chats for a while ("reach-out time-lock"); one that begins too many is capped. Chats that exist go on. Thread-safe.
 *
 * <p>Queries and notifications are those that Baileys, zapo and whatsapp-rust read.
 */
public final class NewChats implements IqHandler {
    private static final String TIME_LOCK_QUERY = "23983697327930364";
    private static final String CAP_QUERY = "24503548349331633";
    private static final int MISSING_TOKEN = 463;
    private static final int CAPPED = 475;

    private final Rules rules;
    private final int refusalsAllowed;
    private final Duration timeLock;
    private final int cap;
    private final Clock clock;
    private final PhoneDirectory phones;

    /**
     * @param refusalsAllowed with how many refusals of new chats the time-lock starts
     * @param cap how many new chats an account may begin; 0 for any number
     */
    NewChats(PhoneDirectory phones, Rules rules, int refusalsAllowed, Duration timeLock, int cap, Clock clock) {
        this.phones = phones;
        this.rules = rules;
        this.refusalsAllowed = refusalsAllowed;
        this.timeLock = timeLock;
        this.cap = cap;
        this.clock = clock;
    }

    /** Why a message may not begin a chat now. Called for recipients who do not know the account. */
    Optional<MessageChecks.Refused> check(Phone account) {
        if (isLocked(account.newChats()) && rules.enforced(Rule.REACH_OUT_TIME_LOCK, account)) {
            return Optional.of(new MessageChecks.Refused(Rule.REACH_OUT_TIME_LOCK, MISSING_TOKEN));
        }
        return isCapped(account.newChats()) && rules.enforced(Rule.NEW_CHAT_CAP, account)
                ? Optional.of(new MessageChecks.Refused(Rule.NEW_CHAT_CAP, CAPPED))
                : Optional.empty();
    }

    /** An account has begun a chat. */
    void begun(Phone account) {
        if (cap > 0) {
            account.newChats().begun();
            account.touch();
        }
    }

    /** An account was refused a new chat because it had no token. */
    void refused(Phone account) {
        NewChatRecord record = account.newChats();
        boolean locks = record.refused() >= refusalsAllowed && !isLocked(record);
        account.touch();
        if (locks && rules.enforced(Rule.REACH_OUT_TIME_LOCK, account)) {
            lock(account, timeLock);
        }
    }

    /** Locks an account out of new chats for a while, and tells its companions; a duration of zero ends the lock. */
    public void lock(Phone account, Duration duration) {
        NewChatRecord record = account.newChats();
        record.lock(clock.instant().plus(duration));
        account.touch();
        tell(
                account,
                "NotificationUserReachoutTimelockUpdate",
                timeLock("xwa2_notify_account_reachout_timelock", record));
    }

    /** Lets the account's new chats count for so long and no longer, to the second, and tells its companions. */
    public void beginCycle(Phone account, Duration duration) {
        account.newChats().cycleUntil(clock.instant().plus(duration).truncatedTo(ChronoUnit.SECONDS));
        account.touch();
        tellCap(account);
    }

    private void tellCap(Phone account) {
        tell(
                account,
                "MessageCappingInfoNotification",
                capping("xwa2_notify_new_chat_messages_capping_info_update", account.newChats()));
    }

    private void tell(Phone account, String operation, String json) {
        Node update = Node.of("update", Stanza.text(json)).with("op_name", operation);
        Node notification = Node.of("notification", update)
                .with("from", Jid.USERS)
                .with("type", "mex")
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock));
        account.companions().forEach(companion -> companion.deliver(notification));
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        String query = iq.has("xmlns", "w:mex")
                ? iq.child("query").map(asked -> asked.text("query_id")).orElse("")
                : "";
        return switch (query) {
            case TIME_LOCK_QUERY -> result(iq, timeLock("xwa2_fetch_account_reachout_timelock", record(companion)));
            case CAP_QUERY -> result(iq, capping("xwa2_message_capping_info", record(companion)));
            default -> Optional.empty();
        };
    }

    private NewChatRecord record(Companion companion) {
        return phones.existing(companion.number()).map(Phone::newChats).orElseGet(NewChatRecord::new);
    }

    private static Optional<CompletableFuture<Node>> result(Node iq, String json) {
        return IqHandler.now(Stanza.iqResult(iq, Node.of("result", json.getBytes(StandardCharsets.UTF_8))));
    }

    private String timeLock(String name, NewChatRecord record) {
        boolean active = isLocked(record);
        return "{\"data\":{\"" + name + "\":{\"is_active\":" + active + ",\"time_enforcement_ends\":\""
                + (active ? record.lockedUntil().getEpochSecond() : 0) + "\",\"enforcement_type\":\"DEFAULT\"}}}";
    }

    private String capping(String name, NewChatRecord record) {
        boolean capped = isCapped(record);
        Instant end = record.cycleEnd();
        return "{\"data\":{\"" + name + "\":{\"total_quota\":" + cap + ",\"used_quota\":"
                + record.chats(clock.instant()) + ",\"server_sent_timestamp\":\"" + Stanza.seconds(clock)
                + (end == null ? "" : "\",\"cycle_end_timestamp\":\"" + end.getEpochSecond())
                + "\",\"capping_status\":\"" + (capped ? "CAPPED" : "NONE") + "\"}}}";
    }

    private boolean isCapped(NewChatRecord record) {
        return cap > 0 && record.chats(clock.instant()) >= cap;
    }

    private boolean isLocked(NewChatRecord record) {
        return record.lockedUntil().isAfter(clock.instant());
    }
}
