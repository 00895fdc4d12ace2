package dev.merpati.model.webhook;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public Internet from all others: loopback, private, link-local (where clouds keep their metadata),
 * carrier-grade NAT, multicast, documentation, reserved. An IPv6 address that carries an IPv4 one (mapped, compatible, NAT64, 6to4) is
 * judged by that one as well; Teredo and other tunnels are refused as a whole. Source: the special-purpose registries of IANA.
 */
public final class PublicAddresses {
    private static final List<Block> NOT_PUBLIC = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            // Of the global unicast space what is not handed out for hosts.
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20");

    /** The platform's metadata service of Azure is reached by a public address. */
    private static final List<Block> PUBLIC_BUT_METADATA = blocks("168.63.129.16/32");

    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");
    private static final Block NAT64 = Block.of("64:ff9b::/96");
    private static final Block SIX_TO_FOUR = Block.of("2002::/16");

    private PublicAddresses() {}

    /** Whether a connection to the address leaves every private network. */
    public static boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isPublic(bytes);
        }
        if (NAT64.contains(bytes)) {
            return isPublic(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (SIX_TO_FOUR.contains(bytes)) {
            return isPublic(Arrays.copyOfRange(bytes, 2, 6));
        }
        // Outside of 2000::/3 are loopback, link-local, unique local, multicast, mapped and compatible addresses.
        return GLOBAL_UNICAST.contains(bytes) && !((Inet6Address) address).isMulticastAddress() && isPublic(bytes);
    }

    private static boolean isPublic(byte[] bytes) {
        return NOT_PUBLIC.stream().noneMatch(block -> block.contains(bytes))
                && PUBLIC_BUT_METADATA.stream().noneMatch(block -> block.contains(bytes));
    }

    private static List<Block> blocks(String... texts) {
        return Arrays.stream(texts).map(Block::of).toList();
    }

    private record Block(BigInteger prefix, int length, int bits) {
        static Block of(String text) {
            int slash = text.indexOf('/');
            // A literal is not looked up.
            byte[] bytes = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
            int bits = bytes.length * Byte.SIZE;
            int length = Integer.parseInt(text.substring(slash + 1));
            return new Block(new BigInteger(1, bytes).shiftRight(bits - length), length, bits);
        }

        boolean contains(byte[] address) {
            return address.length * Byte.SIZE == bits
                    && new BigInteger(1, address).shiftRight(bits - length).equals(prefix);
        }
    }
}
