package dev.merpati.simulator.phone;

import dev.merpati.simulator.signal.PartySnapshot;
import java.util.List;

/** A phone as it is stored: all but the messages that it shows. */
public record PhoneSnapshot(
        String number, String pushName, int lastDevice, PartySnapshot keys, List<CompanionSnapshot> companions) {}
