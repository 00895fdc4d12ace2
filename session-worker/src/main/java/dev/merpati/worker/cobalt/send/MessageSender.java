package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.BoundedCache;
import dev.merpati.worker.cobalt.account.KnownChats;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.engine.StanzaChannel;
import dev.merpati.worker.cobalt.keys.KeyBundles;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.Recipient;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.cobalt.query.UserDirectory;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages, one at a time. Until the stanza is written nothing has left, and the result says so; from then on only
 * the server's word counts.
 *
 * <p>All addresses of a message are hidden ids when the account's chats are migrated to them, and numbers otherwise
 * (whatsapp-rust {@code client/lid_pn.rs}, after WhatsApp Web). When WhatsApp refuses the one, the other is tried once
 * under the same id, and the account remembers what was right.
 */
public final class MessageSender {
    private static final Logger log = LoggerFactory.getLogger(MessageSender.class);
    private static final int MALFORMED = 400;
    private static final int OTHER_NAMESPACE = 421;
    private static final int CAPPED = 475;
    private static final int INVALID = 479;
    private static final int IN_MEMORY = 1_000;

    private final SerialExecutor afterwards = new SerialExecutor("whatsapp-sent-to");
    private final StanzaChannel channel;
    private final Address self;
    private final AccountTraits traits;
    private final LidMap lids;
    private final KnownChats chats;
    private final UserDirectory users;
    private final ReachableDevices reachable;
    private final MessageEncryptor encryptor;
    private final Acknowledgements acknowledgements;
    private final RecentMessages recent;
    private final Resends resends;
    private final ContactTokens tokens;
    private final NewChatLimits limits;
    private final Duration queryTimeout;
    /** Recipients for whom nothing is left to do after a message. */
    private final BoundedCache<String, Boolean> settled = new BoundedCache<>(IN_MEMORY, Duration.ofHours(1));

    /** A refusal for want of a token can mean the wrong namespace; found out once, since it counts against the account. */
    private volatile boolean namespaceProven;

    /**
     * @param self this device, under its number
     * @param timer for short tasks
     * @param queryTimeout for what is asked of the server after a message
     * @param restricted hears until when the account may begin no chats, whenever that changes
     */
    public MessageSender(
            StanzaChannel channel,
            IqClient iq,
            Address self,
            Account account,
            UserDirectory users,
            SignalKeyStore signalKeys,
            Acknowledgements acknowledgements,
            NewChatQueries queries,
            ScheduledExecutorService timer,
            Duration queryTimeout,
            Consumer<Optional<Instant>> restricted) {
        this.channel = channel;
        this.self = self;
        this.traits = account.traits();
        this.lids = account.lids();
        this.chats = account.chats();
        this.users = users;
        this.acknowledgements = acknowledgements;
        this.queryTimeout = queryTimeout;
        InstantSource clock = InstantSource.system();
        KeyBundles bundles = new KeyBundles(iq, signalKeys);
        reachable = new ReachableDevices(bundles, signalKeys, account.lids());
        encryptor = new MessageEncryptor(signalKeys, account.lids());
        recent = new RecentMessages(account.records(), timer, clock);
        resends = new Resends(channel::send, self, account, bundles, encryptor, recent, queryTimeout);
        tokens = new ContactTokens(iq, account.traits(), account.tokens(), clock);
        limits = new NewChatLimits(iq, queries, account, clock, restricted);
    }

    /** Tells what was known before of new chats. Returns at once. */
    public void begin() {
        afterwards.execute(() -> {
            try {
                limits.begin();
            } catch (RuntimeException e) {
                log.debug("What is known of new chats is not told: {}", e.toString());
            }
        });
    }

    /** Stores what is only in memory; returns at once. */
    public void end() {
        recent.store();
    }

    /** One message on its way. */
    private record Outgoing(String id, MessageContent content, BooleanSupplier stillOurs, Deadline deadline) {}

    /**
     * How a message is addressed.
     *
     * @param to the recipient's account
     * @param self this device, in the same namespace
     */
    private record Route(Recipient recipient, Address to, Address self) {
        boolean isHidden() {
            return to.isLid();
        }

        boolean isToSelf() {
            return to.isSameUser(self);
        }

        List<Address> accounts() {
            return isToSelf() ? List.of(to) : List.of(to, self.account());
        }
    }

    /** @param to the digits that are dialled */
    public SendResult send(
            String messageId, String to, MessageContent content, BooleanSupplier stillOurs, Deadline deadline) {
        try {
            return send(new Outgoing(messageId, content, stillOurs, deadline), users.recipient(to, deadline));
        } catch (SendFailedException e) {
            return e.result();
        } catch (SignalKeyStore.FrozenException e) {
            return new SendResult.NotSent("the connection is ending");
        } catch (SignalKeyStore.UnavailableException e) {
            return new SendResult.NotSent(String.valueOf(e.getMessage()));
        } catch (SignalKeyStore.UnusableSessionException e) {
            return new SendResult.RecipientUnreachable("the message cannot be encrypted: " + e.getMessage());
        }
    }

    private SendResult send(Outgoing message, Recipient told)
            throws SendFailedException, SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        Route route = route(told, message.deadline());
        Optional<Node> token = route.isToSelf() ? Optional.empty() : tokens.of(route.recipient());
        if (!route.isToSelf()) {
            Optional<SendResult> forbidden = limits.forbid(route.recipient(), token);
            if (forbidden.isPresent()) {
                return forbidden.get();
            }
        }
        Acknowledgements.Word word = attempt(message, route, token);
        if (word instanceof Acknowledgements.Refused(int code) && mayBeWrongNamespace(code, route)) {
            Optional<Route> other = otherwise(route);
            if (other.isPresent()) {
                namespaceProven = true;
                Acknowledgements.Word second = attempt(message, other.get(), token);
                if (second instanceof Acknowledgements.Accepted) {
                    traits.migrated(other.get().isHidden());
                }
                if (!(second instanceof Acknowledgements.Refused)) {
                    return result(message, other.get(), token, second);
                }
            }
        }
        return result(message, route, token, word);
    }

    /** The account's own state decides; a recipient whose hidden id nobody tells is written to by number, as zapo does. */
    private Route route(Recipient recipient, Deadline deadline) throws SendFailedException {
        Optional<Address> ownLid = ownLid();
        if (!traits.isMigrated() || ownLid.isEmpty() || recipient.lid() == null) {
            return new Route(recipient, recipient.numbered(), self);
        }
        Route route = new Route(recipient, Address.ofLid(recipient.lid()), ownLid.get());
        if (users.knowsDevices(route.accounts(), route.to(), deadline)) {
            return route;
        }
        // An account without devices may have another hidden id by now: a message to the old one could reach nobody.
        users.outdate(recipient);
        Recipient asked = users.recipient(recipient.number(), deadline);
        return asked.lid() == null ? route : new Route(asked, Address.ofLid(asked.lid()), ownLid.get());
    }

    private Optional<Address> ownLid() {
        return traits.ownLid().map(self::underLid);
    }

    private boolean mayBeWrongNamespace(int code, Route route) {
        return code == MALFORMED
                || code == OTHER_NAMESPACE
                || (code == NewChatLimits.MISSING_TOKEN && !route.isHidden() && !namespaceProven);
    }

    /** The same recipient in the other namespace, if the addresses in it are known. */
    private Optional<Route> otherwise(Route route) {
        Recipient recipient = route.recipient();
        if (route.isHidden()) {
            return Optional.of(new Route(recipient, recipient.numbered(), self));
        }
        return recipient.hidden().flatMap(to -> ownLid().map(own -> new Route(recipient, to, own)));
    }

    private Acknowledgements.Word attempt(Outgoing message, Route route, Optional<Node> token)
            throws SendFailedException, SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        List<Address> all = users.devicesOf(route.accounts(), message.deadline());
        List<Address> devices = reachable.of(without(all, route.self()), route.to(), message.deadline());
        Map<String, byte @Nullable []> copy =
                recent.add(message.id(), new RecentMessages.Sent(route.to(), message.content()));
        List<Node> body = encryptor.encrypt(route.to(), route.self(), devices, message.content(), copy);
        token.ifPresent(body::add);
        if (!message.stillOurs().getAsBoolean()) {
            throw new SendFailedException(new SendResult.NotSent("the session may be another worker's by now"));
        }
        Acknowledgements.Word word = write(message, Node.of("message", attributes(message, route), body));
        if (word instanceof Acknowledgements.Accepted(String hash, boolean _)
                && hash != null
                && !hash.equals(DeviceHash.of(all, route.self()))) {
            reachMissed(message, route, all);
        }
        return word;
    }

    private static List<Address> without(List<Address> devices, Address self) {
        List<Address> others = new ArrayList<>(devices);
        others.remove(self);
        return others;
    }

    private static Attributes attributes(Outgoing message, Route route) {
        Attributes attributes = Attributes.of()
                .put("id", message.id())
                .put("to", route.to().toJid())
                .put("type", message.content().stanzaType());
        // whatsmeow and zapo name the number beside the hidden id, whatsapp-rust does not.
        return attributes.put("peer_recipient_pn", route.recipient().numbered().toJid(), route.isHidden());
    }

    private Acknowledgements.Word write(Outgoing message, Node stanza) {
        CompletableFuture<Acknowledgements.Word> word = acknowledgements.expect(message.id());
        if (!channel.send(stanza)) {
            word.complete(new Acknowledgements.NotWritten());
        }
        return acknowledgements.await(message.id(), word, message.deadline());
    }

    /**
     * The server would have sent the message to other devices: asks for them again, and sends it to those that it did not
     * go to, as WhatsApp Web does. The message itself is acknowledged, whatever comes of this.
     */
    private void reachMissed(Outgoing message, Route route, List<Address> reached) {
        route.accounts().forEach(users::forget);
        try {
            List<Address> missed = without(users.devicesOf(route.accounts(), message.deadline()), route.self());
            missed.removeAll(reached);
            List<Address> devices = reachable.of(missed, message.deadline());
            if (!devices.isEmpty()) {
                List<Node> body = encryptor.encrypt(route.to(), route.self(), devices, message.content(), Map.of());
                Attributes attributes = attributes(message, route).put("device_fanout", "false");
                boolean _ = channel.send(Node.of("message", attributes, body));
            }
        } catch (SendFailedException
                | SignalKeyStore.FrozenException
                | SignalKeyStore.UnusableSessionException
                | SignalKeyStore.UnavailableException e) {
            log.debug("Devices that a message missed were not reached: {}", e.toString());
        }
    }

    private SendResult result(Outgoing message, Route route, Optional<Node> token, Acknowledgements.Word word) {
        return switch (word) {
            case Acknowledgements.Accepted(String _, boolean lidOutdated) -> {
                if (lidOutdated) {
                    users.outdate(route.recipient());
                }
                accepted(route);
                yield new SendResult.Acknowledged(route.recipient().number(), null);
            }
            case Acknowledgements.NotWritten() -> new SendResult.NotSent("the connection is lost");
            case Acknowledgements.Unknown(String why) -> new SendResult.Unconfirmed(why);
            case Acknowledgements.Refused(int code) ->
                switch (code) {
                    case NewChatLimits.MISSING_TOKEN ->
                        limits.missingToken(route.recipient(), token, message.deadline());
                    case CAPPED -> limits.capped(message.deadline());
                    case INVALID -> {
                        route.accounts().forEach(users::forget); // It can be a device that is gone.
                        yield new SendResult.Refused(code);
                    }
                    default -> new SendResult.Refused(code);
                };
        };
    }

    /** From now on there is a chat with the recipient, who is given a token of this account if it is time. */
    private void accepted(Route route) {
        Recipient recipient = route.recipient();
        if (route.isToSelf() || settled.get(recipient.key()) != null) {
            return;
        }
        settled.put(recipient.key(), true);
        afterwards.execute(() -> {
            try {
                chats.add(recipient.numbered());
                tokens.issue(recipient, Deadline.in(queryTimeout));
            } catch (RuntimeException e) {
                settled.remove(recipient.key());
                log.debug("A chat is not remembered yet: {}", e.toString());
            }
        });
    }

    /** Answers the receipt of a device that could not decrypt a message. Returns at once. */
    public void resend(Node receipt) {
        resends.asked(receipt);
    }

    /** A contact has other keys by now, as after WhatsApp was installed anew. Returns at once. */
    public void identityChanged(Address user) {
        users.forget(user);
        afterwards.execute(() -> {
            try {
                tokens.issueAgain(lids.hidden(user), Deadline.in(queryTimeout));
            } catch (RuntimeException e) {
                log.debug("A token is not issued again: {}", e.toString());
            }
        });
    }

    /** Takes over what a {@code notification} of the type {@code mex} says of new chats. Blocks; throws when it cannot be stored. */
    public void notified(Node notification) {
        limits.notified(notification);
    }
}
