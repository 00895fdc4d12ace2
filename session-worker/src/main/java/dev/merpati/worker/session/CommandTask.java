package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;

/**
 * A command that was taken from the topic.
 *
 * @param finished called once when the command's outcome is stored, from any thread; never called for a command that is
 *     left to the shard's next owner
 */
public record CommandTask(CommandEnvelope envelope, Runnable finished) {}
