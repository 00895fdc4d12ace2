package dev.merpati.model.kafka;

/** Names the headers of a command's Kafka record, which can be read without decoding its value. */
public final class CommandHeaders {
    public static final String REQUEST_ID = "x-request-id";
    public static final String TENANT_ID = "x-tenant-id";
    /** The trace of the request, when there is one: W3C Trace Context, 3.2. */
    public static final String TRACE_PARENT = "traceparent";

    private CommandHeaders() {}
}
