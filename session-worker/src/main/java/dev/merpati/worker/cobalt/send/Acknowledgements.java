package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.query.Deadline;
import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Which messages the server has. Its word is a node {@code ack} of the class {@code message}, and nothing else. */
public final class Acknowledgements {
    private final ConcurrentMap<String, CompletableFuture<Word>> awaited = new ConcurrentHashMap<>();

    /** What became of a stanza. */
    sealed interface Word {}

    /**
     * The server has it.
     *
     * @param deviceHash the hash over the devices that it should have gone to, null when the server names none
     * @param lidOutdated whether the hidden id that it went to is not the recipient's any more
     */
    record Accepted(@Nullable String deviceHash, boolean lidOutdated) implements Word {}

    record Refused(int code) implements Word {}

    /** It did not leave. */
    record NotWritten() implements Word {}

    /** It may have arrived or not. */
    record Unknown(String why) implements Word {}

    /** To be called before the message leaves. */
    CompletableFuture<Word> expect(String messageId) {
        CompletableFuture<Word> future = new CompletableFuture<>();
        awaited.put(messageId, future);
        return future;
    }

    public void received(Node ack) {
        String id = ack.id();
        if (id == null || !ack.attributes().hasValue("class", "message")) {
            return;
        }
        CompletableFuture<Word> expected = awaited.get(id);
        if (expected == null) {
            return;
        }
        int error = ack.attributes().getInt("error");
        expected.complete(
                error == 0
                        ? new Accepted(
                                ack.attributes().getNullableString("phash"),
                                ack.attributes().hasValue("refresh_lid", "true"))
                        : new Refused(error));
    }

    /** The connection is over: whatever is on its way may have arrived. */
    public void lost() {
        awaited.values().forEach(expected -> expected.complete(new Unknown("the connection was lost")));
    }

    Word await(String messageId, CompletableFuture<Word> future, Deadline deadline) {
        try {
            return future.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return new Unknown("no acknowledgement in time");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unknown("interrupted");
        } finally {
            awaited.remove(messageId); // A connection sends one message at a time.
        }
    }
}
