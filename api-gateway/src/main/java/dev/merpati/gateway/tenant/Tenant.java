package dev.merpati.gateway.tenant;

/**
 * A customer, as the requests made for it see it.
 *
 * @param name as the customer writes it
 * @param planName the plan's name out of {@code merpati.plans}
 * @param status whether its requests are served
 * @param configured whether it comes from the configuration; such a tenant has no account and changes with the configuration
 */
public record Tenant(String id, String name, String planName, Plan plan, Status status, boolean configured) {

    /** How a tenant stands with the operator. */
    public enum Status {
        ACTIVE,
        /** Its keys are refused with 403; its sessions stay connected. */
        SUSPENDED,
        /** It is being deleted: for everybody but those who delete it, it does not exist. */
        DELETING
    }
}
