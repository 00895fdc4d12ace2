package dev.merpati.simulator.client;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which hidden ids belong to which numbers, and which devices an account has, as the server tells a device. */
final class AddressBook {
    private final TestDevice device;
    private final Map<String, Jid> hiddenIds = new ConcurrentHashMap<>();
    private final Map<String, String> numbers = new ConcurrentHashMap<>();

    AddressBook(TestDevice device) {
        this.device = device;
    }

    /** The hidden id of a number's account; its number if the server knows none. */
    Jid hiddenId(String number) {
        Jid known = hiddenIds.get(number);
        if (known != null) {
            return known;
        }
        Node contact = Node.of("contact").with("addressing_mode", "lid");
        Node user = Node.of("user", Node.of("contact", ("+" + number).getBytes(StandardCharsets.UTF_8)));
        Optional<Jid> found = query(contact, List.of(user)).stream()
                .findFirst()
                .flatMap(answer -> Jid.parse(answer.attribute("jid")));
        found.ifPresent(hidden -> learn(number, hidden));
        return found.orElse(Jid.phone(number));
    }

    void learn(String number, Jid hidden) {
        hiddenIds.put(number, hidden.withoutDevice());
        numbers.put(hidden.user(), number);
    }

    /** Forgets the hidden id of a number, as after an acknowledgement with {@code refresh_lid}. */
    void forget(String number) {
        hiddenIds.remove(number);
    }

    /** The devices of accounts, in their order, each under its account's address. */
    List<Jid> devicesOf(List<Jid> accounts) {
        List<Node> users = accounts.stream()
                .map(account -> Node.of("user").with("jid", account.toString()))
                .toList();
        List<Jid> devices = new ArrayList<>();
        for (Node user : query(Node.of("devices").with("version", "2"), users)) {
            Jid account = Jid.parse(user.attribute("jid")).orElseThrow();
            user.child("devices").flatMap(list -> list.child("device-list")).stream()
                    .flatMap(list -> list.children("device").stream())
                    .map(listed -> new Jid(account.user(), Integer.parseInt(listed.text("id")), account.server()))
                    .forEach(devices::add);
        }
        return devices;
    }

    /** One name for a device, under whichever of its addresses it is met: that of its Signal session. */
    String sessionName(Jid address) {
        String number = address.isHidden() ? numbers.get(address.user()) : address.user();
        return number == null
                ? address.toString()
                : Jid.companion(number, address.device()).toString();
    }

    private List<Node> query(Node protocol, List<Node> users) {
        Node usync = Node.of(
                        "usync", Node.of("query", protocol), Node.of("list").children(users))
                .with("sid", "1")
                .with("mode", "query")
                .with("last", "true")
                .with("index", "0")
                .with("context", "interactive");
        return device.ask(TestDevice.iq("get", "usync", usync))
                .child("usync")
                .flatMap(answer -> answer.child("list"))
                .map(Node::children)
                .orElse(List.of());
    }
}
