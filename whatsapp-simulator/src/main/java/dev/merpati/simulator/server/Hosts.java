package dev.merpati.simulator.server;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names that the server answers under, and the one that it tells clients to upload to. Immutable. */
final class Hosts {
    static final String CHAT = "web.whatsapp.com";
    static final String MEDIA = "mmg.whatsapp.net";
    private static final List<String> DOMAINS = List.of("whatsapp.com", "whatsapp.net");
    private static final String WILDCARD = "*.";

    private final Set<String> names = new LinkedHashSet<>();
    private final @Nullable String mediaHost;

    /**
     * @param own further names and addresses
     * @param mediaHost with a port if it is not 443; null to derive it
     */
    Hosts(List<String> own, @Nullable String mediaHost) {
        names.add(CHAT);
        names.add(MEDIA);
        DOMAINS.forEach(domain -> names.add(WILDCARD + domain));
        names.addAll(List.of("localhost", "127.0.0.1", "::1"));
        own.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        if (mediaHost != null) {
            names.add(name(mediaHost));
        }
        this.mediaHost = mediaHost;
    }

    /** What the certificate of the server is for: host names, wildcards of WhatsApp's domains, and addresses. */
    Set<String> names() {
        return names;
    }

    /** Whether a host, with or without its port, is one of this server. */
    boolean contains(String host) {
        String name = name(host);
        return names.contains(name) || isOfWhatsApp(name);
    }

    /** Where a client uploads that has connected to a host, as its HTTP header says; null if it says nothing. */
    String mediaHost(@Nullable String connectedTo) {
        if (mediaHost != null) {
            return mediaHost;
        }
        return connectedTo == null || isOfWhatsApp(name(connectedTo)) ? MEDIA : connectedTo;
    }

    private static boolean isOfWhatsApp(String name) {
        return DOMAINS.stream().anyMatch(domain -> name.endsWith("." + domain));
    }

    /** A host without its port; IPv6 addresses come in brackets when a port follows. */
    private static String name(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            int end = lower.indexOf(']');
            return end < 0 ? lower : lower.substring(1, end);
        }
        int colon = lower.indexOf(':');
        return colon < 0 || colon != lower.lastIndexOf(':') ? lower : lower.substring(0, colon);
    }
}
