package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.AccountSettings;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Queries about users: is the number registered, which devices has the account, what is its hidden id. */
final class Usync implements IqHandler {
    private static final int DEFAULT_ERROR = 500;

    private final PhoneDirectory phones;
    private final Rules rules;
    private final Faults faults;
    private final Stats stats;

    Usync(PhoneDirectory phones, Rules rules, Faults faults, Stats stats) {
        this.phones = phones;
        this.rules = rules;
        this.faults = faults;
        this.stats = stats;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Optional<Node> usync = iq.has("xmlns", "usync") ? iq.child("usync") : Optional.empty();
        if (usync.isEmpty()) {
            return Optional.empty();
        }
        if (faults.strike(FaultKind.USYNC_DROP, companion.number()).isPresent()) {
            return Optional.of(new CompletableFuture<>());
        }
        var error = faults.strike(FaultKind.USYNC_ERROR, companion.number());
        if (error.isPresent()) {
            int code = error.get().code() == 0 ? DEFAULT_ERROR : error.get().code();
            return IqHandler.now(Stanza.iqError(iq, code, "internal-server-error"));
        }
        return IqHandler.now(Stanza.iqResult(iq, result(companion, usync.get())));
    }

    private Node result(Companion companion, Node usync) {
        List<Node> protocols = usync.child("query").map(Node::children).orElse(List.of());
        List<Node> users = usync.child("list").stream()
                .flatMap(list -> list.children("user").stream())
                .map(user -> user(companion, user, protocols))
                .toList();
        Node result = Node.of("result")
                .children(protocols.stream()
                        .map(protocol -> Node.of(protocol.tag()))
                        .toList());
        Node answer = Node.of("usync").children(List.of(result, Node.of("list").children(users)));
        for (String name : List.of("sid", "mode", "last", "index", "context")) {
            answer = answer.with(name, usync.attribute(name));
        }
        return answer;
    }

    private Node user(Companion companion, Node asked, List<Node> protocols) {
        Optional<String> contact = asked.child("contact").flatMap(Node::contentText);
        Optional<Jid> jid = Jid.parse(asked.attribute("jid"));
        String dialled = contact.map(Usync::digits)
                .or(() -> jid.map(PhoneDirectory::numberOf))
                .orElse("");
        boolean registered = !dialled.isEmpty() && phones.numbers().isRegistered(dialled);
        // Only what was dialled is resolved: a client that asks for an address must ask for the right one.
        String number = contact.isPresent() && registered ? phones.numbers().canonical(dialled) : dialled;
        boolean reachable = registered && phones.isReachable(number) && isCurrent(jid, number);
        List<Node> answers = new ArrayList<>();
        for (Node protocol : protocols) {
            answers.add(
                    switch (protocol.tag()) {
                        case "contact" -> {
                            stats.numberChecks.increment();
                            yield Node.of("contact", Stanza.text(contact.orElse("")))
                                    .with("type", registered ? "in" : "out");
                        }
                        case "devices" -> {
                            stats.deviceQueries.increment();
                            yield devices(number, reachable && listsDevices(companion, asked, protocols));
                        }
                        case "lid" ->
                            Node.of("lid")
                                    .with(
                                            "val",
                                            reachable ? phones.hiddenJid(number).toString() : null);
                        case "status" -> about(number, reachable);
                        case "picture" -> picture(number, reachable);
                        default -> Node.of(protocol.tag());
                    });
        }
        Node user = Node.of("user").children(answers);
        if (asksForHiddenIds(protocols) && contact.isPresent()) {
            return user.with("jid", reachable ? phones.hiddenJid(number).toString() : null)
                    .with("pn_jid", Jid.phone(number).toString());
        }
        Jid address = contact.isPresent() ? Jid.phone(number) : jid.orElse(Jid.phone(number));
        return user.with("jid", address.toString());
    }

    private Node about(String number, boolean reachable) {
        return phones.existing(number)
                .filter(_ -> reachable)
                .map(phone -> Node.of("status", Stanza.text(phone.settings().about())))
                .orElse(Node.of("status"));
    }

    private Node picture(String number, boolean reachable) {
        AccountSettings.Picture picture = phones.existing(number)
                .filter(_ -> reachable)
                .map(phone -> phone.settings().picture())
                .orElse(null);
        return Node.of("picture").with("id", picture == null ? null : picture.id());
    }

    /** Whether an address that is asked for is not a former hidden id. */
    private boolean isCurrent(Optional<Jid> asked, String number) {
        return asked.filter(Jid::isHidden)
                .filter(jid -> !jid.user().equals(phones.hiddenJid(number).user()))
                .isEmpty();
    }

    /** {@code <contact addressing_mode="lid"/>}, as in whatsmeow's {@code IsOnWhatsApp}. */
    private static boolean asksForHiddenIds(List<Node> protocols) {
        return protocols.stream()
                .anyMatch(protocol -> protocol.is("contact") && protocol.has("addressing_mode", "lid"));
    }

    /**
     * Whether the devices of a user are told: a migrated account gets those of hidden ids only. A client that asks for
     * the hidden id in the same query is about to do it right.
     */
    private boolean listsDevices(Companion companion, Node asked, List<Node> protocols) {
        boolean byNumber =
                Jid.parse(asked.attribute("jid")).filter(Jid::isHidden).isEmpty();
        Optional<Phone> account = phones.existing(companion.number())
                .filter(phone -> byNumber && phone.traits().migrated())
                .filter(phone -> rules.enforced(Rule.LID_DEVICE_QUERY, phone));
        if (account.isEmpty()) {
            return true;
        }
        if (protocols.stream().noneMatch(protocol -> protocol.is("lid"))) {
            rules.refusals().refuse(Rule.LID_DEVICE_QUERY, companion.jid(), asked);
        }
        return false;
    }

    private Node devices(String number, boolean reachable) {
        List<Node> devices = new ArrayList<>();
        if (reachable) {
            devices.add(Node.of("device").with("id", "0"));
            phones.existing(number).stream()
                    .flatMap(phone -> phone.companions().stream())
                    .map(companion -> Node.of("device")
                            .with("id", String.valueOf(companion.jid().device()))
                            .with("key-index", String.valueOf(companion.keyIndex())))
                    .forEach(devices::add);
        }
        return Node.of("devices", Node.of("device-list").children(devices));
    }

    private static String digits(String text) {
        return text.chars()
                .filter(Character::isDigit)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
