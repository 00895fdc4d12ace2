package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which devices a user has. Remembered for the life of a connection, for a bounded number of users. Thread-safe. */
final class DeviceLists {
    private static final int CAPACITY = 1_000;

    private final Queries queries;
    private final Map<String, List<Jid>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Jid>> eldest) {
            return size() > CAPACITY;
        }
    };

    DeviceLists(Queries queries) {
        this.queries = queries;
    }

    /**
     * The devices of all the users together. A user for whom the server lists none gets the main device, which every
     * account has.
     */
    List<Jid> of(List<Jid> users, Deadline deadline) throws SendFailedException {
        var missing = users.stream().filter(user -> !isKnown(user)).toList();
        if (!missing.isEmpty()) {
            ask(missing, deadline);
        }
        return users.stream().flatMap(this::devices).toList();
    }

    /** The user's devices have changed. */
    void forget(Jid user) {
        synchronized (known) {
            known.remove(user.user());
        }
    }

    private boolean isKnown(Jid user) {
        synchronized (known) {
            return known.containsKey(user.user());
        }
    }

    private Stream<Jid> devices(Jid user) {
        synchronized (known) {
            return known.getOrDefault(user.user(), List.of(user.toSimpleJid())).stream();
        }
    }

    private void ask(List<Jid> users, Deadline deadline) throws SendFailedException {
        var list = users.stream()
                .map(user -> Node.of("user", Map.of("jid", user.toSimpleJid())))
                .toArray(Node[]::new);
        var query = Usync.query("message", Node.of("devices", Map.of("version", "2")), list);
        switch (queries.ask("get", "usync", deadline, query)) {
            case Answer.Result(Node result) -> Usync.users(result).forEach(this::remember);
            case Answer.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("the device query was refused: " + code));
            case Answer.Missing() ->
                throw new SendFailedException(new SendResult.NotSent("no answer to the device query"));
        }
    }

    private void remember(Node user) {
        var address = Device.wellFormed(user.attributes().getRequiredJid("jid"));
        var devices = user.findChild("devices").flatMap(node -> node.findChild("device-list")).stream()
                .flatMap(list -> list.streamChildren("device"))
                .filter(DeviceLists::isUsable)
                .map(device -> address.withDevice(device.attributes().getInt("id")))
                .toList();
        if (!devices.isEmpty()) {
            synchronized (known) {
                known.put(address.user(), devices);
            }
        }
    }

    /** A companion without a key index is not linked properly. */
    private static boolean isUsable(Node device) {
        return device.attributes().getInt("id") == 0 || device.attributes().hasKey("key-index");
    }
}
