package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.server.OutgoingMessage.Target;
import dev.merpati.simulator.signal.Encrypted;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses messages that WhatsApp's server refuses. Thread-safe. */
final class MessageChecks {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int MISSING_TOKEN = 463;
    private static final int INVALID = 479;
    private static final Set<String> ENC_TYPES = Set.of(Encrypted.Kind.MSG.wireName(), Encrypted.Kind.PKMSG.wireName());

    private final PhoneDirectory phones;
    private final Rules rules;
    private final RetryRequests retryRequests;
    private final PrivacyTokens tokens;
    private final NewChats newChats;

    MessageChecks(
            PhoneDirectory phones, Rules rules, RetryRequests retryRequests, PrivacyTokens tokens, NewChats newChats) {
        this.phones = phones;
        this.rules = rules;
        this.retryRequests = retryRequests;
        this.tokens = tokens;
        this.newChats = newChats;
    }

    /** A broken rule and the {@code error} of the acknowledgement. */
    record Refused(Rule rule, int code) {}

    /** The first rule that a message breaks; empty if it may pass. */
    Optional<Refused> check(OutgoingMessage message) {
        return form(message)
                .or(() -> resend(message))
                .or(() -> addressing(message))
                .or(() -> contact(message));
    }

    /** The parts are there, and the recipient exists. */
    private Optional<Refused> form(OutgoingMessage message) {
        if (!message.to().isUser()) {
            return refused(Rule.KNOWN_RECIPIENT, NOT_FOUND);
        }
        for (Target target : message.targets()) {
            if (!target.device().isUser()
                    || !ENC_TYPES.contains(target.encrypted().text("type"))) {
                return refused(Rule.WELL_FORMED, BAD_REQUEST);
            }
        }
        if (message.targets().isEmpty()) {
            return refused(Rule.WELL_FORMED, BAD_REQUEST);
        }
        for (Target target : message.targets()) {
            if (!message.isRecipients(target.device()) && !belongsTo(target.device(), message)) {
                return refused(Rule.OWN_PARTICIPANTS, BAD_REQUEST);
            }
        }
        return phones.numbers().isRegistered(message.recipient())
                ? Optional.empty()
                : refused(Rule.KNOWN_RECIPIENT, NOT_FOUND);
    }

    private static boolean belongsTo(Jid device, OutgoingMessage message) {
        String number = PhoneDirectory.numberOf(device);
        return number.equals(message.recipient())
                || number.equals(message.sender().number());
    }

    /**
     * An account is migrated to hidden ids or is not, and all addresses of a message are of the namespace that follows
     * from it. A request to the own phone may go by number at all times, as whatsmeow's do.
     */
    private Optional<Refused> addressing(OutgoingMessage message) {
        boolean hidden = message.to().isHidden();
        if (!message.isPeer()) {
            boolean migrated = message.account().traits().migrated();
            if (migrated && !hidden && enforced(Rule.LID_ADDRESSING, message)) {
                return refused(Rule.LID_ADDRESSING, MISSING_TOKEN);
            }
            if (!migrated && hidden && enforced(Rule.NUMBER_ADDRESSING, message)) {
                return refused(Rule.NUMBER_ADDRESSING, BAD_REQUEST);
            }
        }
        return areProper(message) || !enforced(Rule.PARTICIPANTS, message)
                ? Optional.empty()
                : refused(Rule.PARTICIPANTS, BAD_REQUEST);
    }

    private static boolean areProper(OutgoingMessage message) {
        List<Target> targets = message.targets();
        Set<Jid> seen = new HashSet<>(2 * targets.size());
        Jid sender = message.sender().jid();
        for (Target target : targets) {
            Jid device = target.device();
            boolean self = device.device() == sender.device()
                    && PhoneDirectory.numberOf(device).equals(sender.user());
            if (self || device.isHidden() != message.to().isHidden() || !seen.add(device)) {
                return false;
            }
        }
        return true;
    }

    /**
     * A message that a device asked for again goes to that device alone: {@code to} is the device, the ciphertext stands
     * bare in the stanza and says how often it was asked for. whatsmeow and Baileys add {@code device_fanout=false},
     * zapo does not. Ciphertext both bare and among participants is refused at all times.
     */
    private Optional<Refused> resend(OutgoingMessage message) {
        Optional<Node> bare = message.bare();
        boolean wrong;
        if (bare.isPresent()) {
            wrong = message.isFannedOut()
                    || (!message.isPeer() && bare.get().attribute("count") == null)
                    || message.stanza().has("device_fanout", "true");
        } else {
            wrong = message.targets().stream().allMatch(target -> isRequested(message, target.device()));
        }
        return wrong && enforced(Rule.BARE_RESEND, message) ? refused(Rule.BARE_RESEND, INVALID) : Optional.empty();
    }

    /** A recipient who does not know the account may not want to hear from it. A message sent again has passed before. */
    private Optional<Refused> contact(OutgoingMessage message) {
        if (message.isPeer()) {
            boolean token = message.stanza().child("tctoken").isPresent()
                    || message.stanza().child("cstoken").isPresent();
            return token && enforced(Rule.PEER_WITHOUT_TOKEN, message)
                    ? refused(Rule.PEER_WITHOUT_TOKEN, INVALID)
                    : Optional.empty();
        }
        if (message.bare().isPresent()
                || message.recipient().equals(message.sender().number())) {
            return Optional.empty();
        }
        Optional<Phone> recipient = phones.existing(message.recipient());
        boolean known = recipient
                .filter(phone -> phone.knows(message.sender().number()))
                .isPresent();
        Optional<Refused> refused = known ? Optional.empty() : newChats.check(message.account());
        if (refused.isEmpty()
                && recipient.isPresent()
                && recipient.get().traits().restricted()
                && enforced(Rule.TRUSTED_CONTACT, message)
                && !tokens.admits(message, recipient.get())) {
            if (!known) {
                newChats.refused(message.account());
            }
            return refused(Rule.TRUSTED_CONTACT, MISSING_TOKEN);
        }
        return refused;
    }

    private boolean isRequested(OutgoingMessage message, Jid device) {
        return retryRequests.isRequested(
                message.sender().jid(), message.id(), PhoneDirectory.numberOf(device), device.device());
    }

    private boolean enforced(Rule rule, OutgoingMessage message) {
        return rules.enforced(rule, message.account());
    }

    private static Optional<Refused> refused(Rule rule, int code) {
        return Optional.of(new Refused(rule, code));
    }
}
