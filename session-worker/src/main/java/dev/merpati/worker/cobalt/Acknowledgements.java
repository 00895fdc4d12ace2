package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Which messages the server has. Its word is a node {@code ack} of the class {@code message}, and nothing else. */
final class Acknowledgements {
    private final ConcurrentMap<String, CompletableFuture<SendResult>> awaited = new ConcurrentHashMap<>();

    /** To be called before the message leaves. */
    CompletableFuture<SendResult> expect(String messageId) {
        var future = new CompletableFuture<SendResult>();
        awaited.put(messageId, future);
        return future;
    }

    void received(Node ack) {
        var id = ack.id();
        if (id == null || !ack.attributes().hasValue("class", "message")) {
            return;
        }
        var future = awaited.get(id);
        if (future == null) {
            return;
        }
        var error = ack.attributes().getInt("error");
        future.complete(error == 0 ? new SendResult.Acknowledged() : new SendResult.Refused(error));
    }

    /** The connection is over: whatever is on its way may have arrived. */
    void lost() {
        awaited.values().forEach(future -> future.complete(new SendResult.Unconfirmed("the connection was lost")));
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
            awaited.remove(messageId, future);
        }
    }
}
