package dev.merpati.worker.cobalt.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.merpati.simulator.signal.SignalParty;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The other side of each check is the simulator's code, which shares nothing with the worker's. */
class DeviceIdentityTest {
    private final SignalParty phone = SignalParty.create();
    private final SignalKeyPair identity = SignalKeyPair.random();
    private final byte[] secret = Primitives.random(32);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeviceThatTheAccountHasSignedSignsBack(boolean hosted) throws Exception {
        DeviceIdentity accepted = DeviceIdentity.accept(signed(hosted), secret, identity);

        assertThat(accepted.keyIndex()).isEqualTo(7);
        assertThat(dev.merpati.simulator.phone.DeviceIdentity.isValid(
                        accepted.confirmation(), identity.publicKey(), phone.identityKey()))
                .isTrue();
        // The server knows the account's key.
        assertThat(ProtoFields.parse(accepted.confirmation()).bytes(2)).isEmpty();
        assertThat(accepted.signed().accountSignatureKey()).isEqualTo(phone.identityKey());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyLinksTheDeviceWhoHasNotSeenTheCode(boolean hosted) {
        PairingRefusedException refused = catchThrowableOfType(
                PairingRefusedException.class,
                () -> DeviceIdentity.accept(signed(hosted), Primitives.random(32), identity));

        assertThat(refused.code()).isEqualTo(401);
        assertThat(refused.text()).isEqualTo("hmac-mismatch");
    }

    @Test
    void theAccountMustHaveSignedThisDevice() {
        byte[] forAnother = dev.merpati.simulator.phone.DeviceIdentity.sign(
                phone, SignalKeyPair.random().publicKey(), secret, 7, false, Instant.now());

        PairingRefusedException refused = catchThrowableOfType(
                PairingRefusedException.class, () -> DeviceIdentity.accept(forAnother, secret, identity));

        assertThat(refused.code()).isEqualTo(401);
        assertThat(refused.text()).isEqualTo("signature-mismatch");
    }

    /** An ordinary signature does not pass for a hosted account's, nor the other way round. */
    @Test
    void theKindOfAccountIsSigned() throws Exception {
        byte[] content = ProtoFields.parse(signed(false)).requiredBytes(1);
        byte[] hosted = new ProtoWriter()
                .bytes(1, content)
                .bytes(2, Primitives.hmac(secret, content))
                .number(3, 1)
                .toBytes();

        PairingRefusedException refused = catchThrowableOfType(
                PairingRefusedException.class, () -> DeviceIdentity.accept(hosted, secret, identity));

        assertThat(refused.text()).isEqualTo("hmac-mismatch");
    }

    @Test
    void whatIsNoIdentityIsRefused() {
        List<byte[]> malformed = new ArrayList<>();
        byte[] whole = signed(false);
        for (int length : new int[] {0, 1, 10, whole.length - 1}) {
            malformed.add(Arrays.copyOf(whole, length));
        }
        byte[] inner = {0x0a, 0x7f};
        malformed.add(new ProtoWriter()
                .bytes(1, inner)
                .bytes(2, Primitives.hmac(secret, inner))
                .toBytes());

        assertThat(malformed).allSatisfy(bytes -> {
            PairingRefusedException refused = catchThrowableOfType(
                    PairingRefusedException.class, () -> DeviceIdentity.accept(bytes, secret, identity));
            assertThat(refused.code()).isEqualTo(500);
            assertThat(refused.text()).isEqualTo("internal-error");
        });
    }

    @Test
    void aPairingTellsTheAccountsHiddenIdAndKind() throws Exception {
        PairSuccess success =
                PairSuccess.verify(iq("628111222333:4@s.whatsapp.net", "99887766:4@lid", 1), secret, identity);

        assertThat(success.address()).hasToString("628111222333:4@s.whatsapp.net");
        assertThat(success.lid()).hasToString("99887766:4@lid");
        assertThat(success.migrated()).isTrue();
        assertThat(success.confirmation().findChild("pair-device-sign")).isPresent();
        assertThat(success.confirmation().id()).isEqualTo("iq-1");
    }

    @Test
    void aPairingWithoutANumberIsRefused() {
        PairingRefusedException refused = catchThrowableOfType(
                PairingRefusedException.class,
                () -> PairSuccess.verify(iq("99887766:4@lid", "99887766:4@lid", 0), secret, identity));

        Node refusal = PairSuccess.refusal(iq("", "", 0), refused);
        assertThat(refusal.attributes().getString("type")).isEqualTo("error");
        assertThat(refusal.findChild("error").orElseThrow().attributes().getString("code"))
                .isEqualTo("500");
    }

    private Node iq(String jid, String lid, int migrated) {
        return Node.of(
                "iq",
                Attributes.of().put("id", "iq-1").put("type", "set"),
                Node.of(
                        "pair-success",
                        Node.of("device-identity", signed(false)),
                        Node.of("device", Map.of("jid", jid.isEmpty() ? "" : Jid.of(jid), "lid", lid)),
                        Node.of(
                                "client-props",
                                new ProtoWriter().number(1, migrated).toBytes())));
    }

    private byte[] signed(boolean hosted) {
        return dev.merpati.simulator.phone.DeviceIdentity.sign(
                phone, identity.publicKey(), secret, 7, hosted, Instant.now());
    }
}
