package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.AppStateLog;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The app state of an account: companions fetch patches and add their own, which the others are told of ({@code
 * notification server_sync}). A patch on top of an old version gets 409 and the patches that are missing.
 */
final class AppStateQueries implements IqHandler {
    private static final int CONFLICT = 409;

    private final PhoneDirectory phones;

    AppStateQueries(PhoneDirectory phones) {
        this.phones = phones;
    }

    @Override
    public Optional<CompletableFuture<Node>> answer(Companion companion, Node iq) {
        Optional<Node> sync = iq.has("xmlns", "w:sync:app:state") ? iq.child("sync") : Optional.empty();
        if (sync.isEmpty()) {
            return Optional.empty();
        }
        Phone phone = phones.getOrCreate(companion.number());
        List<Node> changed = new ArrayList<>();
        List<Node> answers = new ArrayList<>();
        for (Node collection : sync.get().children("collection")) {
            answers.add(answer(phone, collection, changed));
        }
        if (!changed.isEmpty()) {
            phone.touch();
            tellOthers(phone, companion, changed);
        }
        return IqHandler.now(Stanza.iqResult(iq, Node.of("sync").children(answers)));
    }

    private static Node answer(Phone phone, Node asked, List<Node> changed) {
        AppStateLog log = phone.appState();
        String name = asked.text("name");
        int version = asked.number("version").orElse(0);
        Optional<byte[]> patch = asked.childContent("patch");
        boolean conflict = patch.isPresent() && !log.append(name, version, patch.get());
        int latest = log.version(name);
        Node collection = Node.of("collection").with("name", name).with("version", String.valueOf(latest));
        if (patch.isPresent() && !conflict) {
            changed.add(collection);
            return collection.with("type", "result");
        }
        Optional<byte[]> snapshot =
                version == 0 && asked.has("return_snapshot", "true") ? log.snapshotOf(name) : Optional.empty();
        List<Node> patches = log.since(name, snapshot.isPresent() ? 1 : version).stream()
                .map(bytes -> Node.of("patch", bytes))
                .toList();
        List<Node> children = new ArrayList<>();
        if (conflict) {
            children.add(Node.of("error").with("code", String.valueOf(CONFLICT)).with("text", "conflict"));
        }
        snapshot.ifPresent(reference -> children.add(Node.of("snapshot", reference)));
        if (!patches.isEmpty()) {
            children.add(Node.of("patches").children(patches));
        }
        return collection.with("type", conflict ? "error" : "result").children(children);
    }

    private static void tellOthers(Phone phone, Companion author, List<Node> collections) {
        Node notification = Node.of("notification")
                .children(collections)
                .with("from", Jid.USERS)
                .with("type", "server_sync")
                .with("id", UUID.randomUUID().toString());
        phone.companions().stream()
                .filter(other -> !other.equals(author))
                .forEach(other -> other.deliver(notification));
    }
}
