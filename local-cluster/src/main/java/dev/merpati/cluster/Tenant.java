package dev.merpati.cluster;

import java.util.Locale;

/** The cluster's tenants, each with an API key and sessions of its own. */
public enum Tenant {
    FIRST,
    SECOND;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
