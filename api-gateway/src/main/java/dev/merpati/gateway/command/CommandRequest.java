package dev.merpati.gateway.command;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.model.command.Command;
import java.util.UUID;

/** A command that is to be given to the worker of a session. */
public record CommandRequest(String commandId, TenantContext tenant, UUID sessionId, Command command) {}
