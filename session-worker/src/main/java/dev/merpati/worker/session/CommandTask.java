package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * A command that was taken from the topic.
 *
 * @param traceParent what its record says of the trace of its request (W3C Trace Context), null when it says nothing
 * @param finished called once when the command's outcome is stored, from any thread; never called for a command that is
 *     left to the shard's next owner
 */
public record CommandTask(
        CommandEnvelope envelope, @Nullable String traceParent, Runnable finished) {}
