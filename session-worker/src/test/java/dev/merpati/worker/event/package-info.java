@NullMarked
package dev.merpati.worker.event;

import org.jspecify.annotations.NullMarked;
