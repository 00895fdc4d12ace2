package dev.merpati.worker.session;

import dev.merpati.model.command.CommandEnvelope;
import java.util.Map;
import org.slf4j.MDC;

/** Puts the ids of a command and of its request on every line that is logged for it. */
public final class CommandLog {
    /** The id's name in the MDC, as in the gateway. */
    public static final String REQUEST_ID = "requestId";

    public static final String TENANT_ID = "tenantId";
    private static final String COMMAND_ID = "commandId";

    private CommandLog() {}

    /** Runs the action on this thread with the ids in place, and then puts back what was there. */
    static void within(CommandEnvelope envelope, Runnable action) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.put(REQUEST_ID, envelope.requestId());
        MDC.put(TENANT_ID, envelope.tenantId());
        MDC.put(COMMAND_ID, envelope.commandId());
        try {
            action.run();
        } finally {
            if (before == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(before);
            }
        }
    }
}
