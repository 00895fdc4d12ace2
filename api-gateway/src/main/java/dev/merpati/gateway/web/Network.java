package dev.merpati.gateway.web;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses. An IPv4 address that is written as IPv6 ({@code ::ffff:10.0.0.1}) counts as IPv4. */
final class Network {
    private final IpSubnetFilterRule rule;

    /** @param text an address, or an address, {@code /} and the length of the prefix in bits */
    Network(String text) {
        int slash = text.indexOf('/');
        InetAddress address = addressOf(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is no network");
        }
        int bits = address.getAddress().length * Byte.SIZE;
        int prefix = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
        this.rule = new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
    }

    static boolean isNetwork(String text) {
        try {
            var _ = new Network(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    boolean contains(InetAddress address) {
        return rule.matches(new InetSocketAddress(address, 0));
    }

    /** Reads an address without asking a name server; null when it is none. */
    static @Nullable InetAddress addressOf(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
