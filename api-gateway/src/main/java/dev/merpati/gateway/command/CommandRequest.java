package dev.merpati.gateway.command;

import dev.merpati.gateway.auth.Caller;
import dev.merpati.model.command.Command;
import java.util.UUID;

/** A command that is to be given to the worker of a session. */
public record CommandRequest(String commandId, Caller caller, UUID sessionId, Command command) {}
