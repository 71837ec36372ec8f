"""Thai names of fields whose history is shown."""

import django.db.models.deletion
from django.db import migrations, models
from portal.together import together


class Migration(migrations.Migration):

    dependencies = [
        ('factories', '0011_numbers_cut'),
        ('offices', '0006_labels'),
    ]

    operations = together([
        migrations.AlterField(
            model_name='factorycontact',
            name='factory',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='factories.factory', verbose_name='โรงงาน'),
        ),
        migrations.AlterField(
            model_name='factorycontact',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AlterField(
            model_name='factorycontactevent',
            name='factory',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='factories.factory', verbose_name='โรงงาน'),
        ),
        migrations.AlterField(
            model_name='factorycontactevent',
            name='province',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AlterField(
            model_name='responsibilityrule',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.office', verbose_name='สำนักงาน'),
        ),
        migrations.AlterField(
            model_name='responsibilityrule',
            name='province',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
        migrations.AlterField(
            model_name='responsibilityruleevent',
            name='office',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offices.office', verbose_name='สำนักงาน'),
        ),
        migrations.AlterField(
            model_name='responsibilityruleevent',
            name='province',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offices.province', verbose_name='จังหวัด'),
        ),
    ])
