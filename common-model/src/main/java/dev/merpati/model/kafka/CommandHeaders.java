package dev.merpati.model.kafka;

/** The names of the headers on a command's record, readable without decoding the value. */
public final class CommandHeaders {
    public static final String REQUEST_ID = "x-request-id";
    public static final String TENANT_ID = "x-tenant-id";

    private CommandHeaders() {}
}
