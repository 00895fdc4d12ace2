package dev.merpati.benchmark.bare;

import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the published Cobalt that wait for an answer. It notes a request down after it has sent it, and loses
 * an answer that is quicker, which stops its session for 60 s: near a quick server it could not be measured at all.
 * Here the last answers are kept, and given to the requests that come after them.
 */
final class EarlyAnswers extends ConcurrentHashMap<String, SocketRequest> {
    private static final int KEPT = 64;

    private final transient Map<String, Node> answers = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Node> eldest) {
            return size() > KEPT;
        }
    });

    private EarlyAnswers() {}

    /** Puts it in the place of the store's own map. */
    static EarlyAnswers placeIn(Store store) {
        try {
            var requests = new EarlyAnswers();
            var field = Store.class.getDeclaredField("requests");
            field.setAccessible(true);
            field.set(store, requests);
            return requests;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another Cobalt than 0.0.10", e);
        }
    }

    void received(Node node) {
        if (node.hasDescription("iq") || node.hasDescription("ack")) {
            answers.put(node.id(), node);
            answer(node.id());
        }
    }

    @Override
    public @Nullable SocketRequest put(String id, SocketRequest request) {
        var before = super.put(id, request);
        answer(id);
        return before;
    }

    private void answer(String id) {
        var answer = answers.get(id);
        var request = get(id);
        if (answer != null && request != null && request.complete(answer)) {
            remove(id);
        }
    }
}
