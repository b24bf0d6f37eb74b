package io.weir.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.core.model.Cidr;
import io.weir.testkit.Seeded;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AddressSetProperties {
    @Test
    void itHoldsWhatAnyOfItsNetworksHoldsNestedOnesAndNeighboursIncluded() {
        Seeded.rounds(200, random -> {
            List<Cidr> networks = new ArrayList<>();
            int count = random.nextInt(40);
            for (int i = 0; i < count; i++) {
                networks.add(network(random));
            }
            AddressSet set = AddressSet.of(networks);
            for (Cidr network : networks) {
                agree(set, networks, edges(network));
            }
            agree(set, networks, List.of(address(random, 4), address(random, 16), ofValue(BigInteger.ZERO, 4),
                    ofValue(BigInteger.ONE.negate(), 4), ofValue(BigInteger.ZERO, 16), ofValue(BigInteger.ONE.negate(), 16)));
        });
    }

    private static void agree(AddressSet set, List<Cidr> networks, List<InetAddress> addresses) {
        for (InetAddress address : addresses) {
            assertThat(set.contains(address)).as("%s in %s", address, networks)
                .isEqualTo(networks.stream().anyMatch(network -> network.contains(address)));
        }
    }

    /** Few leading bits vary, so that networks nest and touch. */
    private static Cidr network(RandomGenerator random) {
        int bytes = random.nextBoolean() ? 4 : 16;
        int prefix = random.nextInt(4) == 0 ? random.nextInt(bytes * 8 + 1) : random.nextInt(9);
        byte[] address = bytes(address(random, bytes));
        BigInteger host = BigInteger.ONE.shiftLeft(bytes * 8 - prefix).subtract(BigInteger.ONE);
        return Cidr.parse(ofValue(new BigInteger(1, address).andNot(host), bytes).getHostAddress() + "/" + prefix);
    }

    /** The first and last address, and those beside them. */
    private static List<InetAddress> edges(Cidr network) {
        int bytes = network.network().length;
        BigInteger first = new BigInteger(1, network.network());
        BigInteger last = first.add(BigInteger.ONE.shiftLeft(bytes * 8 - network.prefixBits())).subtract(BigInteger.ONE);
        return List.of(ofValue(first.subtract(BigInteger.ONE), bytes), ofValue(first, bytes), ofValue(last, bytes),
                ofValue(last.add(BigInteger.ONE), bytes));
    }

    private static InetAddress address(RandomGenerator random, int bytes) {
        return ofValue(new BigInteger(bytes * 8, new java.util.Random(random.nextLong())), bytes);
    }

    private static byte[] bytes(InetAddress address) {
        return address.getAddress();
    }

    /** Modulo the number of addresses. */
    private static InetAddress ofValue(BigInteger value, int bytes) {
        byte[] all = value.mod(BigInteger.ONE.shiftLeft(bytes * 8)).toByteArray();
        byte[] address = new byte[bytes];
        int length = Math.min(all.length, bytes);
        System.arraycopy(all, all.length - length, address, bytes - length, length);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
