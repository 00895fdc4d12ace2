package dev.merpati.gateway.command;

/**
 * What a request learns of the command that it gave.
 *
 * @param isNew false when the command's id had been given before, so that this request's command was not used
 */
public record Reply(boolean isNew, Answer answer) {}
