package dev.merpati.chaos.inbound;

import java.util.Set;

/** All that a tenant got of its sessions. */
public interface TenantInbox {
    /** The ids of the tenant's sessions, all of which are connected in the end. */
    Set<String> sessions();

    /** What came to the webhook's endpoint. */
    EventLog delivered();

    /** What was read by polling. */
    EventLog polled();
}
