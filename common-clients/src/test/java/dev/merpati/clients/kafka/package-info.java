@NullMarked
package dev.merpati.clients.kafka;

import org.jspecify.annotations.NullMarked;
