package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Which messages the server has. Its word is a node {@code ack} of the class {@code message}, and nothing else. */
public final class Acknowledgements {
    private final ConcurrentMap<String, Expected> awaited = new ConcurrentHashMap<>();

    private record Expected(String whatsappNumber, CompletableFuture<SendResult> result) {}

    /**
     * To be called before the message leaves.
     *
     * @param whatsappNumber the digits of the address it goes to
     */
    CompletableFuture<SendResult> expect(String messageId, String whatsappNumber) {
        CompletableFuture<SendResult> future = new CompletableFuture<>();
        awaited.put(messageId, new Expected(whatsappNumber, future));
        return future;
    }

    public void received(Node ack) {
        String id = ack.id();
        if (id == null || !ack.attributes().hasValue("class", "message")) {
            return;
        }
        Expected expected = awaited.get(id);
        if (expected == null) {
            return;
        }
        int error = ack.attributes().getInt("error");
        expected.result()
                .complete(
                        error == 0
                                ? new SendResult.Acknowledged(expected.whatsappNumber(), null)
                                : new SendResult.Refused(error));
    }

    /** The connection is over: whatever is on its way may have arrived. */
    public void lost() {
        awaited.values()
                .forEach(expected -> expected.result().complete(new SendResult.Unconfirmed("the connection was lost")));
    }

    SendResult await(String messageId, CompletableFuture<SendResult> future, Deadline deadline) {
        try {
            return future.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new SendResult.Unconfirmed("no acknowledgement in time");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new SendResult.Unconfirmed("interrupted");
        } finally {
            awaited.remove(messageId); // A connection sends one message at a time.
        }
    }
}
