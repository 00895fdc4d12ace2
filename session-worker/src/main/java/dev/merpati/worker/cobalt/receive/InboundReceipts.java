package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.IncomingReceipt.Kind;
import it.auties.whatsapp.model.node.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receipts, one after the other: read, taken by the listener, and only then acknowledged. The listener may block or fail
 * for as long as it likes: a bounded number wait for it, and what is beyond is dropped without an acknowledgement, so that it
 * comes again on the next connection. Thread-safe.
 */
public final class InboundReceipts {
    private static final Logger log = LoggerFactory.getLogger(InboundReceipts.class);
    private static final int MOST_WAITING = 1_000;

    private final SerialExecutor executor = new SerialExecutor("whatsapp-receipts");
    private final AtomicInteger waiting = new AtomicInteger();
    private final Attempts attempts = new Attempts();
    private volatile boolean overflown;

    private final String ownNumber;
    private final AccountTraits traits;
    private final LidMap lids;
    private final StanzaReplies replies;
    private final Consumer<IncomingReceipt> listener;
    private final Runnable overflow;

    /**
     * @param listener takes a receipt; throws when it does not
     * @param overflow called when all that waited is done and something was dropped, which comes again on the next
     *     connection only
     */
    InboundReceipts(
            String ownNumber,
            AccountTraits traits,
            LidMap lids,
            StanzaReplies replies,
            Consumer<IncomingReceipt> listener,
            Runnable overflow) {
        this.ownNumber = ownNumber;
        this.traits = traits;
        this.lids = lids;
        this.replies = replies;
        this.listener = listener;
        this.overflow = overflow;
    }

    public static boolean asksForRetry(Node receipt) {
        return receipt.attributes().hasValue("type", "retry");
    }

    /** What it tells of a message's way, if it does; {@code inactive} comes from a device nobody looks at. */
    static Optional<Kind> kind(Node receipt) {
        String type = receipt.attributes().getNullableString("type");
        if (type == null) {
            return Optional.of(Kind.DELIVERED);
        }
        return switch (type) {
            case "inactive", "delivery" -> Optional.of(Kind.DELIVERED);
            case "read" -> Optional.of(Kind.READ);
            case "played" -> Optional.of(Kind.PLAYED);
            default -> Optional.empty();
        };
    }

    /** The messages it is about: its own id, and those in its list. */
    static List<String> messageIds(Node receipt) {
        Stream<String> listed = receipt.findChild("list").stream()
                .flatMap(list -> list.streamChildren("item"))
                .map(item -> item.attributes().getNullableString("id"));
        return Stream.concat(Stream.of(receipt.attributes().getNullableString("id")), listed)
                .flatMap(Stream::ofNullable)
                .distinct()
                .toList();
    }

    /** Whether few enough wait that more of a backlog may be asked for. */
    boolean hasRoom() {
        return waiting.get() < MOST_WAITING / 2;
    }

    /** Takes a receipt. Returns at once: this is called on the thread that reads. */
    void received(Node receipt) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            overflown = true;
            return;
        }
        executor.execute(() -> {
            try {
                handle(receipt);
            } finally {
                if (waiting.decrementAndGet() == 0 && overflown) {
                    overflown = false;
                    overflow.run();
                }
            }
        });
    }

    /** The connection is over: nothing is acknowledged any more. */
    void close() {
        attempts.close();
    }

    private void handle(Node receipt) {
        if (attempts.isClosed()) {
            return;
        }
        try {
            Optional<IncomingReceipt> told = read(receipt);
            if (told.isPresent()) {
                boolean _ = attempts.untilDone(() -> {
                    listener.accept(told.get());
                    return true;
                });
            }
            replies.acknowledge(receipt);
        } catch (Attempts.ConnectionOverException e) {
            // It comes again on the next one.
        } catch (RuntimeException e) {
            // A receipt that can never be handled must not come at each login.
            log.error("A receipt could not be handled: {}", e.getClass().getName());
            replies.acknowledge(receipt);
        }
    }

    /** Empty for what says nothing of a message of this account's to a user: retries, groups, what the own devices tell. */
    private Optional<IncomingReceipt> read(Node receipt) {
        Optional<Kind> kind = kind(receipt);
        Optional<Address> from = Address.in(receipt, "from");
        List<String> messageIds = messageIds(receipt);
        if (kind.isEmpty() || from.isEmpty() || messageIds.isEmpty()) {
            return Optional.empty();
        }
        Address recipient = from.get();
        String own =
                recipient.isLid() ? attempts.untilDone(() -> traits.ownLid().orElse("")) : ownNumber;
        if (recipient.user().equals(own)) {
            return Optional.empty(); // The account has read, on another device, what somebody else wrote.
        }
        return Optional.of(new IncomingReceipt(
                kind.get(),
                messageIds,
                attempts.untilDone(() -> Addresses.party(recipient, lids)),
                recipient.account().toString(),
                time(receipt)));
    }

    private static Instant time(Node receipt) {
        try {
            return Instant.ofEpochSecond(receipt.attributes().getLong("t"));
        } catch (NumberFormatException e) {
            return Instant.now();
        }
    }
}
