package dev.merpati.gateway.web;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** Where a request came from, behind the proxies that are trusted. {@link ForwardedFilter} has seen to it. */
public final class ClientAddress {
    /** What one customer of an internet provider has at least. */
    private static final int BYTES_OF_IPV6_NETWORK = 8;

    private ClientAddress() {}

    /** Returns the address in its usual notation; empty when the connection is already gone. */
    public static String of(ServerWebExchange exchange) {
        InetAddress address = addressOf(exchange);
        return address == null ? "" : address.getHostAddress();
    }

    /** Returns what limits count by: the address, of IPv6 the /64, since a client can take any address of its network. */
    public static String networkOf(ServerWebExchange exchange) {
        InetAddress address = addressOf(exchange);
        if (!(address instanceof Inet6Address)) {
            return of(exchange);
        }
        byte[] network =
                Arrays.copyOf(Arrays.copyOf(address.getAddress(), BYTES_OF_IPV6_NETWORK), address.getAddress().length);
        try {
            return InetAddress.getByAddress(network).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an IPv6 address", e);
        }
    }

    private static @Nullable InetAddress addressOf(ServerWebExchange exchange) {
        InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
        return remote == null ? null : remote.getAddress();
    }
}
