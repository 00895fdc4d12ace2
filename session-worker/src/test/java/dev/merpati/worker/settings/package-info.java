@NullMarked
package dev.merpati.worker.settings;

import org.jspecify.annotations.NullMarked;
