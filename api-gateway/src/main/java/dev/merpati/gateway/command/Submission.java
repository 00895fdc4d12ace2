package dev.merpati.gateway.command;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.model.command.Command;
import java.util.UUID;

/** A command to be submitted to the worker that owns the session. */
public record Submission(String commandId, TenantContext tenant, UUID sessionId, Command command) {}
