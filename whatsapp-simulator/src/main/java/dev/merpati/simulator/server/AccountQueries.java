package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.AccountSettings;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What clients ask around login, and the settings of accounts: privacy, blocked contacts, picture and about are kept and
 * told to the account's other companions. There are no groups, communities or channels: queries about them are answered
 * with an error instead of silence.
 */
final class AccountQueries implements IqHandler {
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final int MAX_ABOUT = 139;

    private final PhoneDirectory phones;

    AccountQueries(PhoneDirectory phones) {
        this.phones = phones;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Phone phone = phones.getOrCreate(companion.number());
        boolean set = iq.has("type", "set");
        return switch (iq.text("xmlns")) {
            case "passive", "urn:xmpp:whatsapp:account", "urn:xmpp:ping", "w:p", "w:b" ->
                IqHandler.now(Stanza.iqResult(iq));
            case "w" -> IqHandler.now(Stanza.iqResult(iq, props().with("version", "1")));
            case "abt" -> IqHandler.now(Stanza.iqResult(iq, props().with("protocol", "1")));
            case "privacy" ->
                IqHandler.now(set ? setPrivacy(phone, companion, iq) : Stanza.iqResult(iq, privacy(phone)));
            case "status" -> IqHandler.now(status(phone, companion, iq, set));
            case "w:profile:picture" -> IqHandler.now(picture(phone, companion, iq, set));
            case "disappearing_mode" -> IqHandler.now(disappearing(phone, iq, set));
            case "blocklist" -> IqHandler.now(blocklist(phone, companion, iq, set));
            case "w:g2" -> IqHandler.now(groups(iq));
            case "w:comms:chat" -> IqHandler.now(Stanza.iqError(iq, NOT_FOUND, "item-not-found"));
            case "w:mex" -> IqHandler.now(Stanza.iqResult(iq, Node.of("result", Stanza.text("{\"data\":{}}"))));
            default -> Optional.empty();
        };
    }

    private static Node props() {
        return Node.of(
                "props", Node.of("prop").with("name", "attachments_max_size").with("value", "100"));
    }

    private static Node privacy(Phone phone) {
        List<Node> categories = phone.settings().privacy().entrySet().stream()
                .map(entry -> Node.of("category").with("name", entry.getKey()).with("value", entry.getValue()))
                .toList();
        return Node.of("privacy").children(categories);
    }

    private static Node setPrivacy(Phone phone, Companion companion, Node iq) {
        List<Node> categories =
                iq.child("privacy").map(privacy -> privacy.children("category")).orElse(List.of());
        if (categories.stream()
                .anyMatch(category -> category.text("name").isEmpty()
                        || category.text("value").isEmpty())) {
            return Stanza.iqError(iq, BAD_REQUEST, "bad-request");
        }
        categories.forEach(category -> phone.settings().privacy(category.text("name"), category.text("value")));
        if (!categories.isEmpty()) {
            changed(phone, companion, Node.of("privacy").children(categories));
        }
        return Stanza.iqResult(iq, Node.of("privacy").children(categories));
    }

    private static Node status(Phone phone, Companion companion, Node iq, boolean set) {
        if (iq.child("privacy").isPresent()) {
            return Stanza.iqResult(iq, Node.of("privacy", Node.of("list").with("type", "contacts")));
        }
        Optional<String> about = iq.child("status").flatMap(Node::contentText);
        if (set && about.isPresent()) {
            if (about.get().length() > MAX_ABOUT) {
                return Stanza.iqError(iq, BAD_REQUEST, "bad-request");
            }
            phone.settings().about(about.get());
            changed(phone, companion, Node.of("status"));
        }
        return Stanza.iqResult(iq);
    }

    private Node picture(Phone phone, Companion companion, Node iq, boolean set) {
        if (set) {
            Optional<byte[]> bytes = iq.childContent("picture").filter(content -> content.length > 0);
            AccountSettings.@Nullable Picture picture = bytes.map(content ->
                            new AccountSettings.Picture(String.valueOf(Bytes.randomId(Integer.MAX_VALUE)), content))
                    .orElse(null);
            phone.settings().picture(picture);
            changed(phone, companion, Node.of("picture"));
            return picture == null
                    ? Stanza.iqResult(iq)
                    : Stanza.iqResult(iq, Node.of("picture").with("id", picture.id()));
        }
        Optional<Phone> target = Jid.parse(iq.attribute("target"))
                .or(() -> Jid.parse(iq.attribute("to")))
                .filter(Jid::isUser)
                .map(PhoneDirectory::numberOf)
                .flatMap(phones::existing);
        AccountSettings.Picture picture =
                target.map(owner -> owner.settings().picture()).orElse(null);
        if (picture == null) {
            return Stanza.iqError(iq, NOT_FOUND, "item-not-found");
        }
        return Stanza.iqResult(
                iq, Node.of("picture", picture.bytes()).with("id", picture.id()).with("type", "image"));
    }

    private static Node disappearing(Phone phone, Node iq, boolean set) {
        if (set) {
            iq.child("disappearing_mode")
                    .flatMap(mode -> mode.number("duration"))
                    .ifPresent(phone.settings()::disappearingSeconds);
            phone.touch();
            return Stanza.iqResult(iq);
        }
        String seconds = String.valueOf(phone.settings().disappearingSeconds());
        return Stanza.iqResult(
                iq, Node.of("disappearing_mode").with("duration", seconds).with("t", "0"));
    }

    private static Node blocklist(Phone phone, Companion companion, Node iq, boolean set) {
        if (set) {
            List<Node> items = iq.children("item");
            boolean wellFormed = !items.isEmpty()
                    && items.stream()
                            .allMatch(item -> Jid.parse(item.attribute("jid"))
                                            .filter(Jid::isUser)
                                            .isPresent()
                                    && (item.has("action", "block") || item.has("action", "unblock")));
            if (!wellFormed) {
                return Stanza.iqError(iq, BAD_REQUEST, "bad-request");
            }
            items.forEach(item -> phone.settings().block(item.text("jid"), item.has("action", "block")));
            changed(
                    phone,
                    companion,
                    Node.of("blocklist")
                            .children(items)
                            .with("action", "modify")
                            .with("dhash", hash(phone)));
        }
        List<Node> blocked = phone.settings().blocked().stream()
                .map(jid -> Node.of("item").with("jid", jid))
                .toList();
        return Stanza.iqResult(iq, Node.of("list").children(blocked).with("dhash", hash(phone)));
    }

    private static String hash(Phone phone) {
        String blocked = String.join("", phone.settings().blocked());
        return Base64.getEncoder().encodeToString(Hash.sha256(blocked.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Node groups(Node iq) {
        if (iq.child("participating").isPresent()) {
            return Stanza.iqResult(iq, Node.of("groups"));
        }
        return iq.child("create").isPresent()
                ? Stanza.iqError(iq, FORBIDDEN, "forbidden")
                : Stanza.iqError(iq, NOT_FOUND, "item-not-found");
    }

    /** Stores the account, and tells its other companions what has changed. */
    private static void changed(Phone phone, Companion author, Node change) {
        phone.touch();
        Node notification = Node.of("notification", change)
                .with("from", phone.jid().toString())
                .with("type", "account_sync")
                .with("id", UUID.randomUUID().toString());
        phone.companions().stream()
                .filter(other -> !other.equals(author))
                .forEach(other -> other.deliver(notification));
    }
}
