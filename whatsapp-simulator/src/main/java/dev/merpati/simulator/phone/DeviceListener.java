package dev.merpati.simulator.phone;

/** Hears of companions that are linked or removed. Called on any thread; must not block. */
public interface DeviceListener {
    /** Hears nothing. */
    DeviceListener NONE = new DeviceListener() {
        @Override
        public void added(Phone phone, Companion companion) {}

        @Override
        public void removed(Phone phone, Companion companion) {}
    };

    /** Tells two. */
    static DeviceListener both(DeviceListener first, DeviceListener second) {
        return new DeviceListener() {
            @Override
            public void added(Phone phone, Companion companion) {
                first.added(phone, companion);
                second.added(phone, companion);
            }

            @Override
            public void removed(Phone phone, Companion companion) {
                first.removed(phone, companion);
                second.removed(phone, companion);
            }
        };
    }

    void added(Phone phone, Companion companion);

    void removed(Phone phone, Companion companion);
}
